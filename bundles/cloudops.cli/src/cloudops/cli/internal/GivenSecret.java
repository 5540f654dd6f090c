package cloudops.cli.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A secret that whoever starts the program hands to it: through the file descriptor whose number is in the variable {@code NAME_FD}, else in
 * the variable {@code NAME}. A descriptor is seen by this process only, and is read once. For one thread at a time.
 */
final class GivenSecret {

    /** No passphrase is that long: it is the wrong descriptor then. */
    private static final int LONGEST = 64 * 1024;

    private final String variable;
    private final Map<String, String> environment;
    private char[] read;

    /** @param variable its name; that for the descriptor's number ends in {@code _FD} */
    GivenSecret(String variable, Map<String, String> environment) {
        this.variable = variable;
        this.environment = environment;
    }

    /**
     * @return a copy of its own for each call; empty when neither variable is set
     * @throws UncheckedIOException when there is a descriptor that cannot be read: nothing else is taken then
     */
    synchronized Optional<char[]> get() {
        var descriptor = environment.getOrDefault(variable + "_FD", "");
        if (!descriptor.isBlank()) {
            if (read == null) {
                read = read(descriptor.strip());
            }
            return Optional.of(read.clone());
        }
        return Optional.ofNullable(environment.get(variable)).filter(given -> !given.isEmpty()).map(String::toCharArray);
    }

    private char[] read(String descriptor) {
        try {
            if (!descriptor.matches("\\d{1,9}")) {
                throw new IOException("it is no number");
            }
            try (var in = Files.newInputStream(Path.of("/dev/fd", descriptor))) {
                return line(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the file descriptor " + descriptor + " that " + variable + "_FD names cannot be read: " + e.getMessage(), e);
        }
    }

    /** All that comes, without the line break at its end. */
    static char[] line(InputStream in) throws IOException {
        var bytes = in.readNBytes(LONGEST + 1);
        try {
            if (bytes.length > LONGEST) {
                throw new IOException("it has more than " + LONGEST / 1024 + " KiB; is it the right one?");
            }
            return withoutLineBreak(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
        } catch (CharacterCodingException e) {
            throw new IOException("what it has is no text in UTF-8", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] withoutLineBreak(CharBuffer text) {
        int end = text.limit();
        if (end > 0 && text.get(end - 1) == '\n') {
            end -= end > 1 && text.get(end - 2) == '\r' ? 2 : 1;
        }
        var line = new char[end];
        text.get(0, line);
        Arrays.fill(text.array(), '\0');
        return line;
    }
}
