echo secret > /etc/secret
printf 'profile narrow {\n  /bin/** rmix,\n  /usr/** rmix,\n  /lib*/** rm,\n}\n' > /tmp/narrow
run 0 aakit load --replace /tmp/narrow
denied narrow cat /etc/secret
run 0 aakit load --replace --complain /tmp/narrow
said 'narrow (complain): replaced'
listed narrow complain
allowed narrow cat /etc/secret
dmesg | grep 'apparmor="ALLOWED"' | grep -q 'profile="narrow" name="/etc/secret"' || fail "nothing in the log"
run 0 aakit load --replace /tmp/narrow
listed narrow enforce
denied narrow cat /etc/secret
rm /tmp/narrow
