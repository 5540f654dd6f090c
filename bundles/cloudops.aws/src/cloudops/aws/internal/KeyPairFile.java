package cloudops.aws.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JacksonException;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.json.Json;

/** The file {@code aws/key-pairs.json} of a home: which key pairs the keychain holds, and no secret. It changes as a whole or not at all. */
final class KeyPairFile {

    static final Pattern NAME = Pattern.compile("[A-Za-z0-9_/.%@:+-]{1,128}");

    static final Pattern REGION = Pattern.compile("[a-z0-9-]{2,40}");

    private static final Pattern ENTRY = Pattern.compile("[A-Za-z0-9-]{1,128}");

    private static final int VERSION = 1;

    private final Path file;

    KeyPairFile(Path home) {
        file = home.resolve("aws").resolve("key-pairs.json");
    }

    /**
     * @param name of the profile
     * @param region its default region; null for none
     * @param entry of the keychain; no two key pairs ever have the same
     */
    record Pair(String name, String region, String entry) {

        private boolean isSane() {
            return name != null && NAME.matcher(name).matches() && (region == null || REGION.matcher(region).matches())
                    && entry != null && ENTRY.matcher(entry).matches();
        }
    }

    private record Content(int version, List<Pair> pairs) {
    }

    Path path() {
        return file;
    }

    /** The file's folder, which is the key pairs' in the keychain, too. */
    Path folder() {
        return file.getParent();
    }

    /** Sorted by name; empty when there is no file. @throws AwsException {@code PARSE} */
    List<Pair> read() throws AwsException {
        if (Files.notExists(file)) {
            return List.of();
        }
        try {
            var content = Json.mapper().readValue(Files.readAllBytes(file), Content.class);
            // who can write the file shall not write lines of AWS files with it
            if (content.version() != VERSION || content.pairs() == null || !content.pairs().stream().allMatch(Pair::isSane)
                    || content.pairs().stream().map(Pair::name).distinct().count() < content.pairs().size()) {
                throw damaged(null);
            }
            return content.pairs().stream().sorted(Comparator.comparing(Pair::name)).toList();
        } catch (NoSuchFileException e) {
            return List.of(); // it was there a moment ago
        } catch (JacksonException e) {
            throw damaged(e);
        } catch (IOException e) {
            throw new AwsException(Problem.PARSE, Problem.PARSE.name(), "cannot read the list of key pairs " + file + ": " + e.getMessage(), e);
        }
    }

    Optional<Pair> find(String name) throws AwsException {
        return read().stream().filter(pair -> pair.name().equals(name)).findFirst();
    }

    /**
     * What came of a change.
     *
     * @param before what was there under the name
     */
    record Change(boolean made, Optional<Pair> before) {
    }

    /** @param replace whether it takes the place of one of the same name; otherwise nothing changes where there is one */
    Change put(Pair added, boolean replace) throws AwsException {
        return change(added.name(), before -> replace || before.isEmpty(), Stream.of(added));
    }

    /** @return whether it was there, and not another of its name */
    boolean remove(Pair pair) throws AwsException {
        return change(pair.name(), before -> before.equals(Optional.of(pair)), Stream.of()).made();
    }

    /** One at a time, of all processes: what is there is looked at and changed at once. */
    private synchronized Change change(String name, Predicate<Optional<Pair>> condition, Stream<Pair> instead) throws AwsException {
        try {
            Files.createDirectories(folder(), ownerOnly("rwx------"));
            try (var lock = FileChannel.open(folder().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); var held = lock.lock()) {
                var before = find(name);
                boolean change = condition.test(before);
                if (change) {
                    write(new Content(VERSION, Stream.concat(read().stream().filter(pair -> !pair.name().equals(name)), instead).toList()));
                }
                return new Change(change, before);
            }
        } catch (IOException e) {
            throw new AwsException(Problem.OTHER, Problem.OTHER.name(), "cannot write the list of key pairs " + file + ": " + e.getMessage(), e);
        }
    }

    private void write(Content content) throws IOException {
        var draft = Files.createTempFile(folder(), "key-pairs", ".tmp", ownerOnly("rw-------"));
        try {
            try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private AwsException damaged(Exception cause) {
        return new AwsException(Problem.PARSE, Problem.PARSE.name(), "the list of key pairs " + file
                + " is damaged; try: put it back from a copy, or delete it and add the key pairs again", cause);
    }

    private FileAttribute<?>[] ownerOnly(String permissions) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)) }
                : new FileAttribute<?>[0];
    }
}
