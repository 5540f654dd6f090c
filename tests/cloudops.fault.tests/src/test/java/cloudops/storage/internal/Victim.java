package cloudops.storage.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * A program to be killed: {@code home work seed round what time latest wait}. It does a {@link Work} and says so; when the {@link Moment} has come it says
 * {@code now} and what it was about to do, and with {@code wait} goes no further.
 */
final class Victim {

    private Victim() {
    }

    public static void main(String[] args) throws Exception {
        var moment = new Moment(args[4], Integer.parseInt(args[5]), Integer.parseInt(args[6]));
        boolean wait = Boolean.parseBoolean(args[7]);
        var home = moment.watching(Path.of(args[0]), what -> {
            say("now " + what);
            if (wait) {
                forever();
            }
        });
        Work.valueOf(args[1]).run(home, new Random(Long.parseLong(args[2])), Integer.parseInt(args[3]), Victim::say);
        System.exit(0);
    }

    /** Until it is killed; or the test was, whose end closes the standard input of what it started. */
    private static void forever() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().halt(1);
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
