# Executes programs under profiles and tells which did not come to run as expected. It uses no module, since the machine has none.
# The file holds records: a letter, the length of what follows (32 bits), and that.
#   L  compiled policy, to be loaded          U  the name of a profile, to be unloaded
#   X  a trial: its number (32 bits), then the profile, the program and what is expected, each with a NUL behind it

my $policy = '/sys/kernel/security/apparmor';
open(my $records, '<:raw', $ARGV[0]) or die "$ARGV[0]: $!\n";

sub take {
    my ($length) = @_;
    my $bytes = '';
    $length == 0 or read($records, $bytes, $length) == $length or die "the trials end in the middle of one\n";
    return $bytes;
}

sub give {
    my ($file, $bytes) = @_;
    sysopen(my $to, "$policy/$file", 1) or die "$policy/$file: $!\n";
    defined syswrite($to, $bytes) or print "REFUSED $file: $!\n";
}

# The label that the program runs as, with `, clean` behind it where its environment was scrubbed; or why it does not run.
sub outcome {
    my ($profile, $program) = @_;
    pipe(my $from, my $to) or die "pipe: $!\n";
    my $child = fork();
    if (!$child) {
        open(STDOUT, '>&', $to);
        if ($profile ne 'unconfined') {
            open(my $current, '>', '/proc/self/attr/current');
            defined syswrite($current, "changeprofile $profile") or syswrite(STDOUT, "no profile: $!"), exit;
        }
        # The program is busybox, which takes its part from its name.
        exec {$program} 'cat', '/proc/self/auxv', '/proc/self/attr/current' or syswrite(STDOUT, "error $!"), exit;
    }
    close($to);
    local $/;
    my $said = <$from>;
    waitpid($child, 0);
    return "signal $?" if $? & 127;
    return 'refused' if $said eq 'error Permission denied';
    return $said if $said =~ /^(error|no profile)/;
    # The auxiliary vector, pairs of numbers that end with type 0; type 23 is AT_SECURE.
    my ($clean, $type, $value) = ('');
    do {
        ($type, $value) = unpack('QQ', substr($said, 0, 16, ''));
        $clean = ', clean' if $type == 23 && $value;
    } while ($type);
    $said =~ s/ \(\w+\)\n?$|\n$//;
    return "$said$clean";
}

my $tried = 0;
while (read($records, my $kind, 1)) {
    my $body = take(unpack('N', take(4)));
    if ($kind eq 'L') { give('.replace', $body) }
    elsif ($kind eq 'U') { give('.remove', $body) }
    else {
        my ($number, $rest) = unpack('Na*', $body);
        my ($profile, $program, $expected) = split(/\0/, $rest);
        my $outcome = outcome($profile, $program);
        print "DIFFERS $number $outcome\n" if $outcome ne $expected;
        $tried++;
    }
}
print "TRIED $tried\n";
