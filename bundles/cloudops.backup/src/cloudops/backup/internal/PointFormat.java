package cloudops.backup.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import cloudops.vectorstore.Point;

/** A point as bytes: ID, vector, payload, blob, all with their lengths in front. Text in UTF-16, so that any Java string comes back. */
final class PointFormat {

    private static final int NONE = -1;

    private PointFormat() {
    }

    static void write(Point point, DataOutputStream out) throws IOException {
        out.writeLong(point.id().getMostSignificantBits());
        out.writeLong(point.id().getLeastSignificantBits());
        if (point.vector() == null) {
            out.writeInt(NONE);
        } else {
            out.writeInt(point.vector().length);
            for (var x : point.vector()) {
                out.writeInt(Float.floatToRawIntBits(x));
            }
        }
        out.writeInt(point.payload().size());
        for (var field : point.payload().entrySet()) {
            write(field.getKey(), out);
            out.writeInt(field.getValue().size());
            for (var value : field.getValue()) {
                write(value, out);
            }
        }
        out.writeInt(point.blob().length);
        out.write(point.blob());
    }

    /** @throws IOException when it ends too soon or a length cannot be */
    static Point read(DataInputStream in) throws IOException {
        var id = new UUID(in.readLong(), in.readLong());
        float[] vector = null;
        int size = in.readInt();
        if (size != NONE) {
            vector = new float[count(size, Float.BYTES, in)];
            for (int i = 0; i < size; i++) {
                vector[i] = Float.intBitsToFloat(in.readInt());
            }
        }
        Map<String, List<String>> payload = new TreeMap<>();
        for (int fields = count(in.readInt(), 1, in); fields > 0; fields--) {
            var field = text(in);
            var values = new ArrayList<String>();
            for (int left = count(in.readInt(), 1, in); left > 0; left--) {
                values.add(text(in));
            }
            payload.put(field, List.copyOf(values));
        }
        var blob = new byte[count(in.readInt(), 1, in)];
        in.readFully(blob);
        return new Point(id, vector, payload, blob);
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        out.writeInt(text.length());
        out.writeChars(text);
    }

    private static String text(DataInputStream in) throws IOException {
        var text = new char[count(in.readInt(), Character.BYTES, in)];
        for (int i = 0; i < text.length; i++) {
            text[i] = in.readChar();
        }
        return new String(text);
    }

    private static int count(int count, int bytesEach, DataInputStream in) throws IOException {
        if (count < 0 || (long) count * bytesEach > in.available()) {
            throw new IOException("a length of " + count + " with " + in.available() + " bytes left");
        }
        return count;
    }
}
