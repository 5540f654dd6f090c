package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which logs are deleted: those older than a time, and of the others the oldest that exceed a size together. Never one that is being
 * written: this process knows its own, and touches them every time, so that other processes see that an unsealed log is not abandoned.
 *
 * @param age since the last byte
 * @param bytes of all logs of a folder
 */
public record Retention(Duration age, long bytes) {

    public static final Retention DEFAULT = new Retention(Duration.ofDays(7), 1L << 30);

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final Duration ABANDONED = Duration.ofDays(1); // much more than the time between two cleanings
    private static final String SUFFIX = ".log";

    private record Kept(UUID id, Instant changed, long bytes) {
    }

    void clean(Path folder, LogFormat format, Set<UUID> written) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            int deleted = 0;
            long total = 0;
            var now = Instant.now();
            for (var log : newestFirst(folder, format)) {
                total += log.bytes;
                if (written.contains(log.id)) {
                    Files.setLastModifiedTime(format.path(log.id), FileTime.from(now));
                } else if ((total > bytes || log.changed.isBefore(now.minus(age))) && !isWrittenElsewhere(log, now, format)) {
                    FileLogStore.delete(format, log.id);
                    total -= log.bytes;
                    deleted++;
                }
            }
            LOG.debug("logs cleaned deleted={} bytes={}", deleted, total);
        } catch (IOException | RuntimeException e) { // the next round follows in any case
            LOG.warn("old logs not deleted folder={}: {}", folder, e.getMessage(), e);
        }
    }

    private static List<Kept> newestFirst(Path folder, LogFormat format) throws IOException {
        var logs = new ArrayList<Kept>();
        try (var files = Files.newDirectoryStream(folder, '*' + SUFFIX)) {
            for (var file : files) {
                var name = file.getFileName().toString();
                var id = id(name.substring(0, name.length() - SUFFIX.length()));
                if (id.isPresent()) {
                    look(id.get(), format).ifPresent(logs::add);
                }
            }
        }
        logs.sort(Comparator.comparing(Kept::changed).reversed());
        return logs;
    }

    private static Optional<Kept> look(UUID id, LogFormat format) {
        try {
            long bytes = 0;
            for (var file : format.files(id)) {
                bytes += Files.exists(file) ? Files.size(file) : 0;
            }
            return Optional.of(new Kept(id, Files.getLastModifiedTime(format.path(id)).toInstant(), bytes));
        } catch (IOException e) {
            return Optional.empty(); // another process was faster
        }
    }

    /** Files that are none of ours stay. */
    private static Optional<UUID> id(String name) {
        try {
            return Optional.of(UUID.fromString(name)).filter(id -> id.toString().equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isWrittenElsewhere(Kept log, Instant now, LogFormat format) {
        if (log.changed.isBefore(now.minus(ABANDONED))) {
            return false;
        }
        try (var files = format.open(log.id)) {
            while (files.skip()) {
                // on to the end
            }
            return !files.ended();
        } catch (IOException e) {
            return false; // not even readable
        }
    }
}
