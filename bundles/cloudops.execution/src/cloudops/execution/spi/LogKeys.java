package cloudops.execution.spi;

import java.io.IOException;

import javax.crypto.SecretKey;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The AES-256 keys under which a home keeps output and history. The same for every process of the home and after a restart. Asked for when
 * they are first needed; may block, for a passphrase say.
 */
@ConsumerType
public interface LogKeys {

    /** For output. @throws IOException when it is not to be had, with a message for people and what to do */
    SecretKey logs() throws IOException;

    /** For the history. @throws IOException as {@link #logs} */
    SecretKey history() throws IOException;
}
