# apparmor_parser 3.0 cannot load a child of a child, and yet exits with 0.
printf 'profile family {\n  profile child {\n    profile grandchild {\n    }\n  }\n}\n' > /tmp/deep
code=0
aakit load /tmp/deep >/tmp/said 2>&1 || code=$?
cat /tmp/said
if grep -q '^family//child//grandchild ' $PROFILES; then
    [ "$code" = 0 ] || fail "it is loaded, and yet exit code $code"
else
    [ "$code" = 2 ] || fail "it is not loaded, and yet exit code $code"
    said "does not have \`family//child//grandchild\`"
fi
rm /tmp/deep
