echo secret > /etc/secret
run 0 aakit load /profiles/small
denied small cat /etc/secret
# Adding is not replacing.
run 2 aakit load /profiles/small-open
said 'profile `small` is already loaded'
denied small cat /etc/secret
run 0 aakit load --replace /profiles/small-open
said 'small (enforce): replaced'
allowed small cat /etc/secret
run 0 aakit load --replace /profiles/small-open
said 'small (enforce): unchanged'
run 0 aakit load --replace /profiles/small
said 'small (enforce): replaced'
denied small cat /etc/secret
