package cloudops.vectorstore.qdrant.internal;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import cloudops.vectorstore.Filter;
import cloudops.vectorstore.Point;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorFactory;
import io.qdrant.client.grpc.Common;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.NamedVectors;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.Vectors;
import io.qdrant.client.grpc.Points.VectorsOutput;

/**
 * A {@link Point} as the server keeps it. The server's payload has four fields: {@code payload}, ours, for people to look at; {@code match}, a
 * term for each of its entries, the one field that is filtered by and indexed, as names of fields of our payload need not be paths of Qdrant's;
 * {@code blob}; and {@code exact}, the vector as it was given.
 *
 * <p>The server makes vectors of a cosine collection unit length, which changes their last bits, and what is encrypted in the blob is bound to
 * every bit. So {@code exact} is what comes back, but only while the server's vector, the one that searches see, points the same way: otherwise
 * somebody who changes what is searched by could go unnoticed, and the server's comes back for the point's owner to refuse.
 */
final class PointFormat {

    /** The name tells our collections from those of others. */
    static final String VECTOR = "cloudops";
    static final String MATCH = "match";

    private static final String PAYLOAD = "payload";
    private static final String BLOB = "blob";
    private static final String EXACT = "exact";
    /** How far a component of a unit vector may be off after two roundings to float. */
    private static final double ROUNDING = 1e-5;

    private PointFormat() {
    }

    static PointStruct encode(Point point) {
        var fields = new HashMap<String, Value>();
        var matches = ListValue.newBuilder();
        var payload = Struct.newBuilder();
        point.payload().forEach((field, values) -> {
            var list = ListValue.newBuilder();
            for (var value : values) {
                list.addValues(ValueFactory.value(Escaped.escape(value)));
                matches.addValues(ValueFactory.value(Escaped.term(field, value)));
            }
            payload.putFields(Escaped.escape(field), Value.newBuilder().setListValue(list).build());
        });
        fields.put(PAYLOAD, Value.newBuilder().setStructValue(payload).build());
        fields.put(MATCH, Value.newBuilder().setListValue(matches).build());
        fields.put(BLOB, text(point.blob()));
        // a point without a vector is one whose map of vectors is empty; without the map it is refused
        var vectors = NamedVectors.newBuilder();
        if (point.vector() != null) {
            fields.put(EXACT, text(bytes(point.vector())));
            vectors.putVectors(VECTOR, VectorFactory.vector(unit(point.vector())));
        }
        return PointStruct.newBuilder().setId(PointIdFactory.id(point.id())).setVectors(Vectors.newBuilder().setVectors(vectors))
                .putAllPayload(fields).build();
    }

    /** What cannot be read is left out, for the point's owner to refuse. */
    static Point decode(UUID id, Map<String, Value> fields, VectorsOutput vectors) {
        byte[] blob;
        try {
            blob = bytes(fields.get(BLOB));
        } catch (IllegalArgumentException e) {
            blob = new byte[0];
        }
        return new Point(id, vector(fields.get(EXACT), served(vectors)), payload(fields.get(PAYLOAD)), blob);
    }

    /** Points that have for each field one of its values; null when the filter has a field with no values, which no point has. */
    static Common.Filter filter(Filter filter) {
        var all = Common.Filter.newBuilder();
        for (var field : filter.anyOf().entrySet()) {
            if (field.getValue().isEmpty()) {
                return null;
            }
            all.addMust(ConditionFactory.matchKeywords(MATCH, field.getValue().stream().map(value -> Escaped.term(field.getKey(), value)).toList()));
        }
        return all.build();
    }

    /** {@code vector} at unit length; computed here, as a server may take very short ones for zero. */
    static float[] unit(float[] vector) {
        double squares = 0;
        for (var x : vector) {
            squares += (double) x * x;
        }
        double length = Math.sqrt(squares);
        var unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    private static Map<String, List<String>> payload(Value stored) {
        var payload = new TreeMap<String, List<String>>();
        if (stored != null) {
            try {
                stored.getStructValue().getFieldsMap().forEach((field, values) -> payload.put(Escaped.unescape(field),
                        values.getListValue().getValuesList().stream().map(value -> Escaped.unescape(value.getStringValue())).toList()));
            } catch (IllegalArgumentException e) {
                return Map.of();
            }
        }
        return payload;
    }

    private static float[] vector(Value stored, float[] served) {
        if (served == null) {
            return null;
        }
        float[] exact;
        try {
            exact = floats(bytes(stored));
        } catch (IllegalArgumentException e) {
            return served;
        }
        return sameWay(exact, served) ? exact : served;
    }

    private static boolean sameWay(float[] exact, float[] served) {
        if (exact.length != served.length) {
            return false;
        }
        var expected = unit(exact);
        var actual = unit(served);
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(expected[i] - actual[i]) <= ROUNDING)) {
                return false;
            }
        }
        return true;
    }

    private static float[] served(VectorsOutput vectors) {
        var output = vectors.getVectors().getVectorsMap().get(VECTOR);
        if (output == null) {
            return null;
        }
        // servers before 1.16 use the field that is deprecated since
        @SuppressWarnings("deprecation")
        var values = output.hasDense() ? output.getDense().getDataList() : output.getDataList();
        var vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = values.get(i);
        }
        return vector;
    }

    private static Value text(byte[] bytes) {
        return ValueFactory.value(Base64.getEncoder().encodeToString(bytes));
    }

    private static byte[] bytes(Value stored) {
        if (stored == null || !stored.hasStringValue()) {
            throw new IllegalArgumentException("not written by us");
        }
        return Base64.getDecoder().decode(stored.getStringValue());
    }

    private static byte[] bytes(float[] vector) {
        var bytes = ByteBuffer.allocate(vector.length * Float.BYTES);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private static float[] floats(byte[] bytes) {
        var vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
        return vector;
    }
}
