package cloudops.iam.standin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a call in the Query protocol: {@code ActionNames.member.1=…}. Remembers which were asked for, so that no other is
 * overlooked.
 */
final class Query {

    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>(Set.of("Action", "Version"));

    Query(String form) {
        for (var pair : form.isEmpty() ? new String[0] : form.split("&")) {
            var parts = pair.split("=", 2);
            parameters.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }
    }

    String action() {
        return parameters.getOrDefault("Action", "");
    }

    String version() {
        return parameters.getOrDefault("Version", "");
    }

    Optional<String> optional(String name) {
        read.add(name);
        return Optional.ofNullable(parameters.get(name));
    }

    String required(String name, int shortest, int longest) throws Refusal {
        var value = optional(name).orElseThrow(() -> Refusal.validation(name, null, "Member must not be null"));
        requireLength(name, value, shortest, longest);
        return value;
    }

    int number(String name, int otherwise, int least, int most) throws Refusal {
        var value = optional(name);
        if (value.isEmpty()) {
            return otherwise;
        }
        int number;
        try {
            number = Integer.parseInt(value.get());
        } catch (NumberFormatException e) {
            throw new Refusal(400, "MalformedInput", "'" + value.get() + "' is no integer");
        }
        if (number < least || number > most) {
            throw Refusal.validation(name, number, number < least ? "Member must have value greater than or equal to " + least
                    : "Member must have value less than or equal to " + most);
        }
        return number;
    }

    /** The members of a list, each within a length. */
    List<String> list(String name, int shortest, int longest) throws Refusal {
        var values = new ArrayList<String>();
        for (int i = 1; parameters.containsKey(name + ".member." + i); i++) {
            values.add(optional(name + ".member." + i).orElseThrow());
        }
        for (var value : values) {
            if (value.length() < shortest || value.length() > longest) {
                throw Refusal.validation(name, values, "Member must satisfy constraint: [Member must have length less than or equal to " + longest
                        + ", Member must have length greater than or equal to " + shortest + "]");
            }
        }
        return values;
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    /** @throws Refusal when a parameter was sent that nobody looked at: what is not served must not pass for tested */
    void requireAllRead() throws Refusal {
        var left = parameters.keySet().stream().filter(name -> !read.contains(name)).toList();
        if (!left.isEmpty()) {
            throw Refusal.invalidInput("not served here: " + left);
        }
    }

    private static void requireLength(String name, String value, int shortest, int longest) throws Refusal {
        if (value.length() < shortest || value.length() > longest) {
            throw Refusal.validation(name, value, value.length() < shortest ? "Member must have length greater than or equal to " + shortest
                    : "Member must have length less than or equal to " + longest);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
