package cloudops.execution.internal.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM for the segments of one log: a fresh 96-bit nonce each, then the ciphertext with its tag. The additional data (execution,
 * segment number, final or not) keeps segments from being moved, swapped between logs or cut off unnoticed. Used by one thread at a time.
 */
final class SegmentCipher {

    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final UUID execution;
    private final SecretKey key;
    private Cipher cipher; // costly to look up, so kept for the next segment

    SegmentCipher(UUID execution, SecretKey key) {
        this.execution = execution;
        this.key = key;
    }

    int encryptedLength(int length) {
        return NONCE + length + TAG;
    }

    /** Encrypts {@code plain[0 .. length)} to {@code to[offset .. offset + encryptedLength(length))}. */
    void encrypt(byte[] plain, int length, long number, boolean last, byte[] to, int offset) throws IOException {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        System.arraycopy(nonce, 0, to, offset, NONCE);
        try {
            cipher(Cipher.ENCRYPT_MODE, nonce, number, last).doFinal(plain, 0, length, to, offset + NONCE);
        } catch (GeneralSecurityException e) {
            throw new IOException("segment " + number + " of the log cannot be encrypted", e);
        }
    }

    byte[] decrypt(byte[] secret, long number, boolean last) throws IOException {
        try {
            return cipher(Cipher.DECRYPT_MODE, secret, number, last).doFinal(secret, NONCE, secret.length - NONCE);
        } catch (GeneralSecurityException e) {
            throw new IOException("segment " + number + " of the log of execution " + execution + " was changed, or is of another home", e);
        }
    }

    /** @throws IOException when no segment of ours has that length: a damaged file must not make us allocate gigabytes */
    static int checkedLength(int length) throws IOException {
        if (length < NONCE + TAG || length > NONCE + LogFormat.SEGMENT + TAG) {
            throw new IOException("the log was changed: a segment of " + length + " bytes");
        }
        return length;
    }

    private Cipher cipher(int mode, byte[] nonce, long number, boolean last) throws GeneralSecurityException {
        if (cipher == null) {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        }
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce, 0, NONCE));
        cipher.updateAAD(ByteBuffer.allocate(25).putLong(execution.getMostSignificantBits()).putLong(execution.getLeastSignificantBits())
                .putLong(number).put((byte) (last ? 1 : 0)).array());
        return cipher;
    }
}
