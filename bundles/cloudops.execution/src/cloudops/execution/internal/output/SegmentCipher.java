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
 * segment number, final or not) keeps segments from being moved, swapped between logs or cut off unnoticed.
 */
final class SegmentCipher {

    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final UUID execution;
    private final SecretKey key;

    SegmentCipher(UUID execution, SecretKey key) {
        this.execution = execution;
        this.key = key;
    }

    byte[] encrypt(byte[] plain, long number, boolean last) throws IOException {
        var secret = new byte[NONCE + plain.length + TAG];
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        System.arraycopy(nonce, 0, secret, 0, NONCE);
        try {
            cipher(Cipher.ENCRYPT_MODE, secret, number, last).doFinal(plain, 0, plain.length, secret, NONCE);
            return secret;
        } catch (GeneralSecurityException e) {
            throw new IOException("segment " + number + " of the log cannot be encrypted", e);
        }
    }

    byte[] decrypt(byte[] secret, long number, boolean last) throws IOException {
        try {
            return cipher(Cipher.DECRYPT_MODE, secret, number, last).doFinal(secret, NONCE, secret.length - NONCE);
        } catch (GeneralSecurityException e) {
            throw new IOException("segment " + number + " of the log of execution " + execution + " was changed", e);
        }
    }

    /** @throws IOException when no segment of ours has that length: a damaged file must not make us allocate gigabytes */
    static int checkedLength(int length) throws IOException {
        if (length < NONCE + TAG || length > NONCE + EncryptedLog.SEGMENT + TAG) {
            throw new IOException("the log was changed: a segment of " + length + " bytes");
        }
        return length;
    }

    private Cipher cipher(int mode, byte[] secret, long number, boolean last) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, secret, 0, NONCE));
        cipher.updateAAD(ByteBuffer.allocate(25).putLong(execution.getMostSignificantBits()).putLong(execution.getLeastSignificantBits())
                .putLong(number).put((byte) (last ? 1 : 0)).array());
        return cipher;
    }
}
