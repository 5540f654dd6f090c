package cloudops.aws.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

import cloudops.aws.AccessKey;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** A key pair as the keychain holds it: lines with the format's number, the profile's name, ID, secret and session token. */
final class KeyPairText {

    private static final String FORMAT = "1";

    private static final int FIELDS = 5;

    /** Source: IAM API, AccessKey. */
    private static final Pattern ID = Pattern.compile("\\w{16,128}");

    private static final int LONGEST_SECRET = 512, LONGEST_TOKEN = 16 * 1024;

    private KeyPairText() {
    }

    /** What is wrong with a key pair, for people; empty for nothing. */
    static Optional<String> flaw(AccessKey key) {
        if (!ID.matcher(key.id()).matches()) {
            return Optional.of("this is not the ID of an access key: 16 or more letters and digits");
        }
        if (!isWord(key.secret(), LONGEST_SECRET)) {
            return Optional.of("this is not a secret access key: one word of letters, digits and signs");
        }
        return key.sessionToken() == null || isWord(key.sessionToken(), LONGEST_TOKEN) ? Optional.empty()
                : Optional.of("this is not a session token: one word of letters, digits and signs");
    }

    private static boolean isWord(char[] text, int longest) {
        boolean word = text.length > 0 && text.length <= longest;
        for (char c : text) {
            word &= c > ' ' && c < 0x7f;
        }
        return word;
    }

    /** To be wiped after use. */
    static byte[] encode(String name, AccessKey key) {
        var token = key.sessionToken() == null ? new char[0] : key.sessionToken();
        var head = (FORMAT + '\n' + name + '\n' + key.id() + '\n').getBytes(US_ASCII);
        var bytes = Arrays.copyOf(head, head.length + key.secret().length + 1 + token.length);
        int next = head.length;
        for (char c : key.secret()) {
            bytes[next++] = (byte) c;
        }
        bytes[next++] = '\n';
        for (char c : token) {
            bytes[next++] = (byte) c;
        }
        return bytes;
    }

    /** @return empty when this is not the key pair of {@code name} */
    static Optional<AwsCredentials> decode(String name, byte[] text) {
        var fields = new String(text, US_ASCII).split("\n", -1);
        if (fields.length != FIELDS || !fields[0].equals(FORMAT) || !fields[1].equals(name)) {
            return Optional.empty();
        }
        return Optional.of(fields[4].isEmpty() ? AwsBasicCredentials.create(fields[2], fields[3])
                : AwsSessionCredentials.create(fields[2], fields[3], fields[4]));
    }
}
