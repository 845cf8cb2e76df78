mkdir -p /root/policy
cd /root/policy
echo '  /etc/open r,' > part
printf 'profile parted {\n  /bin/** rmix,\n  /usr/** rmix,\n  /lib*/** rm,\n  include "part"\n  include "./part"\n}\n' > whole
echo open > /etc/open
echo secret > /etc/secret
run 0 aakit load whole
allowed parted cat /etc/open
denied parted cat /etc/secret
cd /
run 1 aakit load --replace /root/policy/whole
said "/root/policy/whole:5"
