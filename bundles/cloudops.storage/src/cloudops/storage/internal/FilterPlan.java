package cloudops.storage.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import cloudops.model.AwsResource;
import cloudops.storage.ResourceFilter;
import cloudops.vectorstore.Filter;

/**
 * A filter in two halves: what the store can decide on plain fields and tokens, and what only the decrypted resource can tell.
 *
 * @param inStore lets through everything that matches, and perhaps more
 * @param whole decides alone
 * @param storeDecides whether {@code inStore} lets through nothing else
 */
record FilterPlan(Filter inStore, Predicate<AwsResource> whole, boolean storeDecides) {

    private static final Pattern ACCOUNT_ID = Pattern.compile("[0-9]{12}");

    static FilterPlan of(ResourceFilter filter, RecordCipher cipher) {
        var fields = new TreeMap<String, List<String>>();
        // the account's ID is a plain field, its name is not
        boolean accountNames = !filter.accounts().stream().allMatch(account -> ACCOUNT_ID.matcher(account).matches());
        if (!accountNames) {
            put(fields, RecordCipher.ACCOUNT, filter.accounts());
        }
        put(fields, RecordCipher.REGION, filter.regions());
        put(fields, RecordCipher.SERVICE, filter.services());
        put(fields, RecordCipher.TYPE, filter.types());
        put(fields, RecordCipher.STATE, filter.states());
        var tokens = new ArrayList<String>();
        filter.tags().forEach((tag, value) -> tokens.add(cipher.tagToken(tag, value)));
        // a store knows "any of these", we want all: it narrows by one
        put(fields, RecordCipher.TAG, tokens.isEmpty() ? tokens : tokens.subList(0, 1));
        return new FilterPlan(new Filter(fields), resource -> matches(filter, resource), !accountNames && tokens.size() < 2);
    }

    private static void put(TreeMap<String, List<String>> fields, String field, List<String> values) {
        if (!values.isEmpty()) {
            fields.put(field, values);
        }
    }

    private static boolean matches(ResourceFilter filter, AwsResource resource) {
        return (filter.accounts().isEmpty() || filter.accounts().contains(resource.accountId())
                || filter.accounts().stream().anyMatch(resource.accountName()::equalsIgnoreCase))
                && among(filter.regions(), resource.region())
                && among(filter.services(), resource.service())
                && among(filter.types(), resource.resourceType())
                && among(filter.states(), resource.state())
                && filter.tags().entrySet().stream().allMatch(tag -> tag.getValue().equals(resource.tags().get(tag.getKey())));
    }

    private static boolean among(List<String> wanted, String value) {
        return wanted.isEmpty() || value != null && wanted.contains(value);
    }
}
