package cloudops.execution.internal.history;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM with a fresh random 96-bit nonce in front, in Base64; the place is additional data. */
final class AesSeal implements Seal {

    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKey key;

    AesSeal(SecretKey key) {
        this.key = key;
    }

    @Override
    public String name() {
        return "aes-256-gcm";
    }

    @Override
    public byte[] close(byte[] place, byte[] content) {
        var box = new byte[NONCE + content.length + TAG];
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        System.arraycopy(nonce, 0, box, 0, NONCE);
        try {
            cipher(Cipher.ENCRYPT_MODE, box, place).doFinal(content, 0, content.length, box, NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no AES-256-GCM", e);
        }
        return Base64.getEncoder().withoutPadding().encode(box);
    }

    @Override
    public byte[] open(byte[] place, byte[] sealed) throws GeneralSecurityException {
        byte[] box;
        try {
            box = Base64.getDecoder().decode(sealed);
        } catch (IllegalArgumentException e) {
            throw new AEADBadTagException("not Base64");
        }
        if (box.length < NONCE + TAG) {
            throw new AEADBadTagException("too short");
        }
        return cipher(Cipher.DECRYPT_MODE, box, place).doFinal(box, NONCE, box.length - NONCE);
    }

    private Cipher cipher(int mode, byte[] box, byte[] place) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, box, 0, NONCE));
        cipher.updateAAD(place);
        return cipher;
    }
}
