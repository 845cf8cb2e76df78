echo secret > /etc/secret
echo open > /etc/open
run 0 aakit load --replace /profiles/small
said 'small (enforce): added'
listed small enforce
denied small cat /etc/secret
allowed small cat /etc/open
# The same by standard input.
run 0 sh -c 'aakit load --remove small && aakit load - < /profiles/small'
listed small enforce
denied small cat /etc/secret
