cd /tmp
mkdir odd
cd odd
for name in '-r' '--help' '- -' ' ' 'a;touch pwned' '$(touch pwned)' '`touch pwned`' "quo'te" 'quo"te' 'star*' 'new
line' '@{x}'; do
    printf 'profile "odd" { /** rmix, }\n' > "./$name"
    run 0 aakit load --replace "./$name"
    said 'odd (enforce)'
done
# Without a path before it, too.
run 0 aakit load --replace -- -r
[ ! -e pwned ] || fail "a name was run by a shell"
cd ..
rm -r odd
for name in 'my app' 'say "hi"' 'a*b' "it's" '$HOME;`id`' '-r' 'x (enforce)' 'ü'; do
    run 0 aakit load --template docker-default --name="$name"
    said "$name (enforce): added"
    listed "$name" enforce
    run 0 aakit status --loaded="$name"
    allowed "$name" cat /proc/version
    denied "$name" sh -c ': >> /proc/sysrq-trigger'
    # Signals within the profile show that the peer means this name.
    allowed "$name" sh -c 'sleep 5 & kill $!'
    run 0 aakit load --remove -- "$name"
    absent "$name"
done
for name in '' 'unconfined' '/bin/sh' ':ns:x' 'a{b' 'a\b'; do
    run 2 aakit load --template docker-default --name="$name"
    said "cannot be a container profile's name"
done
