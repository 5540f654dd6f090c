package cloudops.execution.internal.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Keeps records readable for everyone, behind a checksum that notices damage, though no forgery. */
final class PlainSeal implements Seal {

    private static final int CHECKSUM = 8; // hex digits

    @Override
    public String name() {
        return "plain";
    }

    /** @param content without line breaks, such as JSON in one line */
    @Override
    public byte[] close(byte[] place, byte[] content) {
        var sealed = Arrays.copyOf(checksum(place, content), CHECKSUM + 1 + content.length);
        sealed[CHECKSUM] = ' ';
        System.arraycopy(content, 0, sealed, CHECKSUM + 1, content.length);
        return sealed;
    }

    @Override
    public byte[] open(byte[] place, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length <= CHECKSUM || sealed[CHECKSUM] != ' ') {
            throw new GeneralSecurityException("no checksum");
        }
        var content = Arrays.copyOfRange(sealed, CHECKSUM + 1, sealed.length);
        if (!Arrays.equals(checksum(place, content), 0, CHECKSUM, sealed, 0, CHECKSUM)) {
            throw new GeneralSecurityException("wrong checksum");
        }
        return content;
    }

    private static byte[] checksum(byte[] place, byte[] content) {
        var crc = new CRC32C();
        crc.update(place);
        crc.update(content);
        return HexFormat.of().toHexDigits((int) crc.getValue()).getBytes(US_ASCII);
    }
}
