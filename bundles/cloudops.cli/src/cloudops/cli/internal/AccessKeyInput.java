package cloudops.cli.internal;

import java.io.CharArrayReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AccessKey;
import cloudops.json.Json;

/**
 * Where an access key pair comes from: a person who types it, the secret unseen; else standard input or another file descriptor. Never the
 * command line, which everybody on the machine can read.
 */
final class AccessKeyInput {

    private static final String WAYS = "type it on a terminal, or hand it in: aws iam create-access-key … | cloudops keys add-aws NAME";

    private static final int LINES = 3;

    private final Console console;

    AccessKeyInput(Console console) {
        this.console = console;
    }

    /** @param withToken whether to ask for a session token */
    AccessKey typed(boolean withToken) throws CliException {
        var id = console.ask("Access key ID: ").map(String::strip).orElseThrow(AccessKeyInput::missing);
        var secret = console.askSecretly("Secret access key: ").orElseThrow(AccessKeyInput::missing);
        return new AccessKey(id, secret, withToken ? console.askSecretly("Session token: ").orElseThrow(AccessKeyInput::missing) : null);
    }

    AccessKey ofStandardInput() throws CliException {
        if (console.inIsTerminal()) {
            throw new CliException(ExitCode.USAGE, "nobody can be asked unseen while the output goes elsewhere than to the terminal", WAYS);
        }
        return read(System.in, "standard input");
    }

    AccessKey ofDescriptor(int descriptor) throws CliException {
        try (var in = Files.newInputStream(Path.of("/dev/fd", String.valueOf(descriptor)))) {
            return read(in, "file descriptor " + descriptor);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "the file descriptor " + descriptor + " cannot be read", "open it: " + descriptor + "< file");
        }
    }

    private static AccessKey read(InputStream in, String what) throws CliException {
        try {
            var text = GivenSecret.line(in);
            try {
                return text.length > 0 && text[0] == '{' ? ofJson(text) : ofLines(text);
            } finally {
                Arrays.fill(text, '\0');
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "there is no key pair on " + what + ": " + e.getMessage(), WAYS);
        }
    }

    /** As {@code aws iam create-access-key}, {@code aws sts get-session-token} or a {@code credential_process} print it. */
    private static AccessKey ofJson(char[] text) throws IOException {
        JsonNode json;
        try {
            json = Json.forgetful().readTree(new CharArrayReader(text));
        } catch (JsonProcessingException e) {
            throw new IOException("it begins like JSON and is none"); // without the cause, which quotes it
        }
        var key = json.has("AccessKey") ? json.get("AccessKey") : json.has("Credentials") ? json.get("Credentials") : json;
        if (!key.path("AccessKeyId").isTextual() || !key.path("SecretAccessKey").isTextual()) {
            throw new IOException("the JSON has no AccessKeyId with a SecretAccessKey");
        }
        var token = key.path("SessionToken");
        return new AccessKey(key.get("AccessKeyId").textValue(), key.get("SecretAccessKey").textValue().toCharArray(),
                token.isTextual() ? token.textValue().toCharArray() : null);
    }

    /** The ID, the secret, and perhaps a session token, a line each. */
    private static AccessKey ofLines(char[] text) throws IOException {
        var lines = new char[LINES][];
        int count = 0;
        int begin = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n') {
                if (count == LINES) {
                    throw new IOException("it has more than " + LINES + " lines");
                }
                int end = i > begin && text[i - 1] == '\r' ? i - 1 : i;
                lines[count++] = Arrays.copyOfRange(text, begin, end);
                begin = i + 1;
            }
        }
        if (count < 2) {
            throw new IOException("it takes two lines, the ID and the secret, or three with a session token");
        }
        return new AccessKey(CharBuffer.wrap(lines[0]).toString(), lines[1], lines[2]);
    }

    private static CliException missing() {
        return new CliException(ExitCode.USAGE, "no key pair was given", WAYS);
    }
}
