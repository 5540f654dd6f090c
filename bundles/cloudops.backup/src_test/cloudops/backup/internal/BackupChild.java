package cloudops.backup.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import cloudops.backup.BackupException;

/** Another process that works on the backups of a home until it is killed: {@code HOME create | restore ID ID}. */
final class BackupChild {

    private BackupChild() {
    }

    static Process start(String... arguments) throws IOException {
        return new ProcessBuilder(command(arguments)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** With room for files of 20 KB, which fails a write in its middle, as a full disk does. */
    static Process startOnFullDisk(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 40; exec \"$@\"", "sh"));
        command.addAll(command(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static List<String> command(String... arguments) {
        var jvm = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(jvm, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), BackupChild.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        // an orphan of a test that was killed itself ends, too
        Thread.ofPlatform().daemon().start(() -> {
            try {
                TimeUnit.MINUTES.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(3);
        });
        try (var home = new TestHome(Path.of(arguments[0]))) {
            var backups = home.backups(Clock.systemUTC(), 50_000);
            for (int i = 0;; i++) {
                var done = arguments[1].equals("create") ? backups.create() : backups.restore(arguments[2 + i % 2]);
                if (i == 0) {
                    // with all classes loaded, a kill meets the work itself
                    System.out.println("go");
                }
                System.out.println(done.id());
            }
        } catch (BackupException e) {
            System.out.println(e.problem());
        }
    }
}
