package cloudops.iam.standin;

/** Writes XML without namespaces, which clients of the Query protocol do without. */
final class Xml {

    private final StringBuilder text = new StringBuilder();

    Xml open(String element) {
        text.append('<').append(element).append('>');
        return this;
    }

    Xml close(String element) {
        text.append("</").append(element).append('>');
        return this;
    }

    Xml text(String element, Object value) {
        return open(element).escaped(String.valueOf(value)).close(element);
    }

    private Xml escaped(String value) {
        value.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                case '\r' -> text.append("&#13;");
                default -> text.appendCodePoint(c);
            }
        });
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
