mkdir -p /tmp/base/abstractions
printf 'profile snake /usr/bin/{perl,python3} {\n}\n' > /tmp/base/snake
perl -e 'sleep 100' &
sleep 1
run 0 aakit status --base /tmp/base
said '1 process unconfined, though there is a profile for the program'
said "$! /usr/bin/perl: has snake"
run 0 aakit status --base /tmp/base --json
said '"profile": "snake"'
said '"status": "unconfined"'
mkdir /tmp/base/disable
touch /tmp/base/disable/snake
run 0 aakit status --base /tmp/base
silent snake
kill $!
rm -r /tmp/base
