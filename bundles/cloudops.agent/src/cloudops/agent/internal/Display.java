package cloudops.agent.internal;

import cloudops.model.AwsResource;

/** Names in texts for people: a name may hold anything, and must not be able to fake a line, a colour or a reading direction. */
final class Display {

    private Display() {
    }

    /** {@code text} on one line, with control, format and other invisible characters written as {@code \\u202e}. */
    static String of(String text) {
        var shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE,
                        Character.PRIVATE_USE, Character.UNASSIGNED -> shown.append("\\u%04x".formatted(c));
                default -> shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    /** {@code pg-main (RDS instance, available, eu-west-1, account production)}. */
    static String line(AwsResource resource, Words words) {
        var text = new StringBuilder(of(resource.name())).append(" (").append(words.label(resource.resourceType()));
        if (!resource.identifier().equals(resource.name())) {
            text.append(", ").append(of(resource.identifier()));
        }
        if (resource.state() != null) {
            text.append(", ").append(of(resource.state()));
        }
        text.append(", ").append(of(resource.region())).append(", account ").append(of(resource.accountName()));
        if (!resource.accountName().equals(resource.accountId())) {
            text.append(' ').append(resource.accountId());
        }
        return text.append(')').toString();
    }
}
