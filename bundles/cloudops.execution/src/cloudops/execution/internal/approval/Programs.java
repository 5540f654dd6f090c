package cloudops.execution.internal.approval;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the name of a program tells of it. A list can only ever name those that we know: it takes trouble away, it is no wall. */
public final class Programs {

    /** As a program, and as the module that Python runs. */
    private static final Set<String> AWS = Set.of("aws", "awscli");

    private static final Set<String> SHELLS_AND_LANGUAGES = words("""
            sh bash rbash dash ash zsh ksh mksh pdksh lksh csh tcsh fish yash elvish nu xonsh busybox toybox cmd powershell pwsh
            awk gawk mawk nawk original-awk sed perl python pypy ruby irb node nodejs deno bun tsx ts-node php lua luajit tclsh wish expect
            java jshell groovy scala kotlin clojure dotnet mono go cargo erl elixir iex julia r rscript octave gnuplot m4 dc guile racket ocaml
            swipl osascript""");
    private static final Set<String> STARTERS = words("""
            env xargs find parallel nice ionice chrt taskset numactl nohup timeout setsid stdbuf unbuffer time watch script scriptreplay flock
            setarch linux32 linux64 prlimit setpriv capsh sudo su doas pkexec gosu su-exec runuser sg newgrp chroot unshare nsenter ip bwrap
            firejail fakeroot faketime eatmydata rlwrap xvfb-run dbus-run-session ssh-agent chpst start-stop-daemon run-parts cgexec
            systemd-run systemctl service at batch crontab strace ltrace gdb lldb valgrind perf bpftrace tmux screen docker podman nerdctl
            kubectl helm ansible ansible-playbook terraform tofu vault aws-vault saml2aws chamber direnv""");
    private static final Set<String> TOOLS = words("""
            ssh scp sftp rsync git hg svn tar zip cpio sort split make gmake cmake ninja rake just mvn gradle ant npm npx yarn pnpm pip pipx uv
            uvx poetry gem bundle apt apt-get dpkg rpm yum dnf logrotate journalctl socat nc ncat netcat nmap tcpdump wget ftp mail mutt
            sqlite psql mysql mariadb mongo mongosh vi vim view vimdiff rvim rview gvim nvim ex ed emacs less more most pager man openssl""");

    /** They go by the name they are called by, and so a link to one of them is what its own name says. */
    private static final Set<String> MANY_IN_ONE = Set.of("busybox", "toybox", "coreutils");

    private static final Pattern SUFFIX = Pattern.compile("\\.(?:exe|cmd)$");
    /** {@code python3.12}, {@code vim.basic}. */
    private static final Pattern VERSION = Pattern.compile("(?:[-\\d.]+|\\.(?:basic|tiny|gtk\\d?|nox|traditional|openbsd))$");

    private Programs() {
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split("\\s+")).collect(Collectors.toUnmodifiableSet());
    }

    /** The last part of a program's path, without {@code .exe} and the like. */
    static String name(String program) {
        var name = program.substring(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
        var suffix = SUFFIX.matcher(name.toLowerCase(Locale.ROOT));
        return suffix.find() ? name.substring(0, suffix.start()) : name;
    }

    /** The names of programs, and of what links among them lead to. */
    static Set<String> names(Collection<String> programs) {
        var names = new HashSet<String>();
        for (var program : programs) {
            names.add(name(program));
            names.add(realName(program));
        }
        return names;
    }

    private static String realName(String program) {
        try {
            var path = Path.of(program);
            return name(path.isAbsolute() ? path.toRealPath().toString() : program); // others depend on PATH or folder
        } catch (IOException | InvalidPathException e) {
            return name(program); // there is no such program: its name is all that is known of it
        }
    }

    static boolean isAws(String program) {
        return AWS.contains(name(program));
    }

    /**
     * Whether a program runs what its arguments say, or may be told by one to run another: shells, interpreters, those that start others,
     * and tools with an option for a command. The AWS CLI is one of them.
     *
     * @param program its name or path; where a path leads to counts, too
     */
    public static boolean runsArguments(String program) {
        var real = realName(program);
        return isRunner(name(program)) || !MANY_IN_ONE.contains(real) && isRunner(real);
    }

    private static boolean isRunner(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return isKnown(lower) || isKnown(VERSION.matcher(lower).replaceFirst(""));
    }

    private static boolean isKnown(String name) {
        return AWS.contains(name) || SHELLS_AND_LANGUAGES.contains(name) || STARTERS.contains(name) || TOOLS.contains(name);
    }
}
