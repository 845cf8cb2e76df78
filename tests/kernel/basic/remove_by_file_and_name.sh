run 0 aakit load /profiles/family
said 'family (enforce): added'
said 'family//hat (enforce): added'
said 'family//child (enforce): added'
run 0 aakit load --remove /profiles/family
said 'family//child (enforce): removed'
absent family
run 2 aakit load --remove family
said 'no profile `family` is loaded'
run 0 aakit load /profiles/family
# A process that the profile confines is told.
sleeper family
sleep 1
run 0 aakit load --remove family
said 'was confined by `family` and goes on without it'
absent family
kill %1
run 2 aakit load --remove /nonexistent
said 'no profile `/nonexistent` is loaded'
