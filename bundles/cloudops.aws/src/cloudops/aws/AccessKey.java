package cloudops.aws;

import java.util.Arrays;

/**
 * An AWS access key pair, in the hands of whoever made it: wipes it when closed. Not thread-safe.
 *
 * @param id {@code AKIA…} or {@code ASIA…}
 * @param secret the secret access key
 * @param sessionToken of temporary credentials; null for others
 */
public record AccessKey(String id, char[] secret, char[] sessionToken) implements AutoCloseable {

    @Override
    public void close() {
        Arrays.fill(secret, '\0');
        if (sessionToken != null) {
            Arrays.fill(sessionToken, '\0');
        }
    }

    /** Without any secret. */
    @Override
    public String toString() {
        return "AccessKey[" + id + "]";
    }
}
