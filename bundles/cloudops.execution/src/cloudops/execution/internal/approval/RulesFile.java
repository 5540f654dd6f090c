package cloudops.execution.internal.approval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import cloudops.execution.ExecutionRequest;
import cloudops.execution.Verdict;
import cloudops.execution.internal.approval.RulesReader.BadRulesException;
import cloudops.execution.internal.process.Launch;

/**
 * The user's rules in {@code <home>/rules.yaml}, looked at before every judgement and read when the file has changed. There need not be any.
 * One that cannot be read, or that others may write, forbids everything. Thread-safe.
 */
public final class RulesFile {

    static final String NAME = "rules.yaml";

    /** Far above any rules; keeps a wrong file from eating the memory. */
    private static final int MAX_BYTES = 256 * 1024;
    private static final int WRITABLE_BY_OTHERS = 0022;

    private final Path file;
    private final String attributes;
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(Map.of(), Rules.NONE));

    public RulesFile(Path home) {
        file = home.resolve(NAME);
        // the time of the last change of a Unix inode cannot be set back, unlike the time of its last modification
        attributes = home.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? "unix:isRegularFile,dev,ino,size,lastModifiedTime,ctime,mode" : "isRegularFile,fileKey,size,lastModifiedTime,creationTime";
    }

    /**
     * What the rules make of a verdict.
     *
     * @param launch of the request
     * @param verdict without rules
     * @param plain see {@link Verdicts#isPlain}
     */
    public Verdict judge(ExecutionRequest request, Launch launch, Verdict verdict, boolean plain) {
        return current().judge(Subject.of(request, launch), verdict, plain);
    }

    private Rules current() {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Rules.NONE;
        }
        try {
            var now = Files.readAttributes(file, attributes);
            var before = known.get();
            if (now.equals(before.attributes)) {
                return before.rules;
            }
            var rules = read(now);
            known.set(new Known(now, rules));
            return rules;
        } catch (NoSuchFileException e) {
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? Rules.broken(file + " is a link to a file that does not exist") : Rules.NONE;
        } catch (IOException e) {
            return Rules.broken(file + " cannot be looked at: " + e.getMessage());
        }
    }

    private Rules read(Map<String, Object> now) {
        if (!Boolean.TRUE.equals(now.get("isRegularFile"))) {
            return Rules.broken(file + " is not a file");
        }
        if (now.get("mode") instanceof Integer mode && (mode & WRITABLE_BY_OTHERS) != 0) {
            return Rules.broken(file + " can be written by others than its owner; try: chmod go-w '" + file + "'");
        }
        try (var in = Files.newInputStream(file)) {
            var content = in.readNBytes(MAX_BYTES + 1);
            return content.length > MAX_BYTES ? Rules.broken(file + " has more than " + MAX_BYTES / 1024 + " KiB; rules are smaller")
                    : Rules.of(new RulesReader().read(content));
        } catch (BadRulesException e) {
            return Rules.broken(file + ": " + e.getMessage());
        } catch (IOException e) {
            return Rules.broken(file + " cannot be read: " + e.getMessage());
        }
    }

    private record Known(Map<String, Object> attributes, Rules rules) {
    }
}
