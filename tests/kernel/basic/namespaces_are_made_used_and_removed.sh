echo secret > /etc/secret
run 0 aakit load --namespace box /profiles/family
said ':box:family (enforce): added'
said ':box:family//hat (enforce): added'
listed ':box:family' enforce
absent 'family'
run 0 aakit load --namespace box --replace /profiles/family
said ':box:family (enforce): unchanged'
run 0 aakit load --namespace box --replace --complain /profiles/family
listed ':box:family' complain
run 0 aakit status --loaded ':box:family'
run 0 aakit status --loaded ':box://family'
run 0 aakit load --namespace box --remove family
absent ':box:family'
run 0 aakit load --namespace box /profiles/small
denied ':box:small' cat /etc/secret
run 0 aakit load --namespace box --remove
said 'namespace box: removed'
absent ':box:small'
[ ! -e /sys/kernel/security/apparmor/policy/namespaces/box ] || fail "the namespace is still there"
# A namespace in the profile's own name.
printf 'profile :crate:inner { /** rmix, deny /etc/secret r, }\n' > /tmp/crate
run 0 aakit load /tmp/crate
listed ':crate:inner' enforce
run 0 aakit load --remove /tmp/crate
run 0 aakit load --remove --namespace crate
for name in '' '-r' 'a b' 'a/b' ':'; do
    run 2 aakit load --namespace="$name" /profiles/small
    said "cannot be a namespace's name"
done
rm /tmp/crate
