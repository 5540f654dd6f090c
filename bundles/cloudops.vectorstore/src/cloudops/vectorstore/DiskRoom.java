package cloudops.vectorstore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What to tell who could not write: most often the disk is full, and the system says so in words of its own, in the user's language. */
public final class DiskRoom {

    private DiskRoom() {
    }

    /** What may be done about a write below {@code path} that failed, with how much room there is; {@code path} need not be there. */
    public static String remedy(Path path) {
        return "make room on the disk of " + path + free(path) + ", or see to it that you may write there";
    }

    private static String free(Path path) {
        var there = path.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return String.format(Locale.ROOT, " (%.1f MB are free)", Files.getFileStore(there).getUsableSpace() / 1e6);
        } catch (IOException e) {
            // it is one of the reasons why nothing can be written there
            return " (which does not say what is free: " + e.getMessage() + ")";
        }
    }
}
