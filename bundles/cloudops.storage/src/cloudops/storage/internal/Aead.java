package cloudops.storage.internal;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM with a fresh random 96-bit nonce in front: {@code nonce ‖ ciphertext ‖ 128-bit tag}. */
final class Aead {

    static final int KEY_BYTES = 32;

    static final int NONCE_BYTES = 12;

    private static final int TAG_BITS = 128;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Aead() {
    }

    static byte[] random(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    static SecretKey key(byte[] bytes) {
        return new SecretKeySpec(bytes, "AES");
    }

    static byte[] seal(SecretKey key, byte[] plain, byte[] additionalData) {
        var nonce = random(NONCE_BYTES);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, 0, additionalData);
            var sealed = Arrays.copyOf(nonce, NONCE_BYTES + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE_BYTES);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES-256-GCM", e);
        }
    }

    /** @throws AEADBadTagException when key, additional data or any bit of {@code sealed} is not what it was */
    static byte[] open(SecretKey key, byte[] sealed, int offset, byte[] additionalData) throws AEADBadTagException {
        if (sealed.length - offset < NONCE_BYTES + TAG_BITS / 8) {
            throw new AEADBadTagException("truncated");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key, sealed, offset, additionalData)
                    .doFinal(sealed, offset + NONCE_BYTES, sealed.length - offset - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES-256-GCM", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, int offset, byte[] additionalData)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, offset, NONCE_BYTES));
        cipher.updateAAD(additionalData);
        return cipher;
    }
}
