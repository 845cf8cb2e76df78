# Asks the kernel the questions of a file through `.access`, and tells which answers are not those expected. It uses no module,
# since the machine has none.
# The file holds records: a letter, the length of what follows (32 bits), and that.
#   L  compiled policy, to be loaded          U  the name of a profile, to be unloaded
#   P  the name of the profile that is asked  Q  a question, see below; G one of which only `allow` counts

my $policy = '/sys/kernel/security/apparmor';
my $SETFSUID = 122;
$| = 1;
open(my $records, '<:raw', $ARGV[0]) or die "$ARGV[0]: $!\n";
sysopen(my $access, "$policy/.access", 2) or die "$policy/.access: $!\n";

sub take {
    my ($length) = @_;
    my $bytes = '';
    $length == 0 or read($records, $bytes, $length) == $length or die "the questions end in the middle of one\n";
    return $bytes;
}

sub give {
    my ($file, $bytes) = @_;
    sysopen(my $to, "$policy/$file", 1) or die "$policy/$file: $!\n";
    defined syswrite($to, $bytes) or print "REFUSED $file: $!\n";
}

my ($asked, $user, $profile) = (0, 0, '');
while (read($records, my $kind, 1)) {
    my $body = take(unpack('N', take(4)));
    if ($kind eq 'L') { give('.replace', $body) }
    elsif ($kind eq 'U') { give('.remove', $body) }
    elsif ($kind eq 'P') { $profile = $body }
    else {
        # Its number, whose file (0: one's own), the bits that count, what is expected of allow, audit and quiet, the data.
        my ($number, $half, $care, $allow, $audit, $quiet, $data) = unpack('NNNNNNa*', $body);
        # The file that is asked about is root's.
        if ($half != $user) { syscall($SETFSUID, $half); $user = $half }
        sysseek($access, 0, 0);
        my $answer = '';
        if (defined syswrite($access, "label\0$profile\0$data")) {
            sysseek($access, 0, 0);
            sysread($access, $answer, 4096);
        }
        $asked++;
        my %mask = map { my ($name, $mask) = split; ($name, hex($mask) & $care) } split(/\n/, $answer);
        if ($kind eq 'G') { @mask{qw(audit quiet)} = (0, 0) }
        if (!exists $mask{allow}) { print "DIFFERS $number no answer: $!\n" }
        elsif ($mask{allow} != $allow || $mask{audit} != $audit || $mask{quiet} != $quiet || $mask{deny} != 0) {
            printf("DIFFERS %d allow %x audit %x quiet %x deny %x\n", $number, @mask{qw(allow audit quiet deny)});
        }
    }
}
print "ASKED $asked\n";
