# Fifty files of ten profiles with a hat each.
mkdir /tmp/many
i=0
while [ $i -lt 500 ]; do
    printf 'profile many-%03d {\n  /etc/open r,\n  ^hat {\n  }\n}\n' $i >> /tmp/many/many-$((i / 10))
    i=$((i + 1))
done
count() { grep -c '^many-[0-9]* ' $PROFILES; }
aakit load /tmp/many > /tmp/out || fail "$(tail -3 /tmp/out)"
echo "$(grep -c ': added' /tmp/out) added, $(count) listed"
[ "$(grep -c ': added' /tmp/out)" = 1000 ] && [ "$(count)" = 500 ] || fail "not all"
aakit load --replace /tmp/many > /tmp/out || fail "$(tail -3 /tmp/out)"
echo "$(grep -c ': unchanged' /tmp/out) unchanged"
[ "$(grep -c ': unchanged' /tmp/out)" = 1000 ] || fail "not all"
sed -i 's,/etc/open r,/etc/open w,' /tmp/many/*
aakit load --replace /tmp/many > /tmp/out || fail "$(tail -3 /tmp/out)"
echo "$(grep -c ': replaced' /tmp/out) replaced, $(grep -c ': unchanged' /tmp/out) unchanged (the hats)"
[ "$(grep -c ': replaced' /tmp/out)" = 500 ] || fail "not all"
aakit load --remove /tmp/many > /tmp/out || fail "$(tail -3 /tmp/out)"
echo "$(grep -c ': removed' /tmp/out) removed, $(count || true) listed"
[ "$(grep -c ': removed' /tmp/out)" = 1000 ] && [ "$(count || true)" = 0 ] || fail "not all"
rm -r /tmp/many /tmp/out
