package cloudops.iam.standin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Cuts lists into pages: {@code MaxItems} of them, 100 by default, or fewer, as IAM reserves. */
final class Paging {

    private final int atMost;
    private int from;
    private int size;
    private int to;
    private boolean more;

    /** @param atMost items of a page, whatever the call asks for */
    Paging(int atMost) {
        this.atMost = atMost;
    }

    void read(Query query) throws Refusal {
        size = Math.min(atMost, query.number("MaxItems", 100, 1, 1000));
        var marker = query.optional("Marker");
        if (marker.isPresent()) {
            try {
                from = Integer.parseInt(new String(Base64.getUrlDecoder().decode(marker.get()), StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException e) {
                throw new Refusal(400, "ValidationError", "Invalid Marker.");
            }
        }
    }

    <T> List<T> page(List<T> items) {
        to = Math.min(items.size(), from + size);
        more = to < items.size();
        return items.subList(Math.min(from, to), to);
    }

    void write(Xml out) {
        out.text("IsTruncated", more);
        if (more) {
            out.text("Marker", Base64.getUrlEncoder().encodeToString(String.valueOf(to).getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
