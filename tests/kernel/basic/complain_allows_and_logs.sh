echo secret > /etc/secret
printf 'profile narrow {\n  /bin/** rmix,\n  /usr/** rmix,\n  /lib*/** rm,\n}\n' > /tmp/narrow
run 0 aakit load --replace /tmp/narrow
denied narrow cat /etc/secret
run 0 aakit load --replace --complain /tmp/narrow
said 'narrow (complain): replaced'
listed narrow complain
# The kernel's log drops lines when many come at once.
tries=0
until dmesg | grep 'apparmor="ALLOWED"' | grep -q 'profile="narrow" name="/etc/secret"'; do
    tries=$((tries + 1))
    [ $tries -lt 20 ] || fail "nothing in the log"
    allowed narrow cat /etc/secret
    sleep 1
done
run 0 aakit load --replace /tmp/narrow
listed narrow enforce
denied narrow cat /etc/secret
rm /tmp/narrow
