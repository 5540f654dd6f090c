package cloudops.ui.explorer.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The estate as a tree: account, region, service, resource. Immutable; two nodes are equal when they are the same place, so that a tree
 * keeps what is open and selected when the estate was read again.
 */
final class EstateNode {

    /** A service with more resources shows so many in the tree; the table shows all. */
    static final int MOST_LEAVES = 200;

    /** What a node stands for. */
    enum Kind {
        ESTATE, ACCOUNT, REGION, SERVICE, RESOURCE, MORE
    }

    private static final Comparator<ResourceRow> BY_NAME = Comparator.comparing(ResourceRow::name, String.CASE_INSENSITIVE_ORDER)
            .thenComparing(row -> row.key().identifier());

    private final Kind kind;
    private final Scope scope;
    private final String label;
    private final String qualifier;
    private final ResourceRow row;
    private final int count;
    private final List<EstateNode> children;
    private EstateNode parent;

    private EstateNode(Kind kind, Scope scope, String label, String qualifier, ResourceRow row, int count, List<EstateNode> children) {
        this.kind = kind;
        this.scope = scope;
        this.label = label;
        this.qualifier = qualifier;
        this.row = row;
        this.count = count;
        this.children = children;
        children.forEach(child -> child.parent = this);
    }

    static EstateNode of(List<ResourceRow> rows) {
        var accounts = grouped(rows, row -> row.key().accountId(), EstateNode::account);
        accounts.sort(Comparator.comparing(EstateNode::label, String.CASE_INSENSITIVE_ORDER));
        return new EstateNode(Kind.ESTATE, Scope.ALL, "All accounts", null, null, rows.size(), accounts);
    }

    private static EstateNode account(String id, List<ResourceRow> rows) {
        var name = rows.getFirst().accountName();
        return new EstateNode(Kind.ACCOUNT, new Scope(id, null, null, null), name, name.equals(id) ? null : id, null, rows.size(),
                grouped(rows, row -> row.key().region(), (region, some) -> region(id, region, some)));
    }

    private static EstateNode region(String account, String region, List<ResourceRow> rows) {
        return new EstateNode(Kind.REGION, new Scope(account, region, null, null), region, null, null, rows.size(),
                grouped(rows, ResourceRow::service, (service, some) -> service(account, region, service, some)));
    }

    private static EstateNode service(String account, String region, String service, List<ResourceRow> rows) {
        var scope = new Scope(account, region, service, null);
        var leaves = new ArrayList<EstateNode>();
        rows.stream().sorted(BY_NAME).limit(MOST_LEAVES).forEach(row -> leaves.add(new EstateNode(Kind.RESOURCE,
                new Scope(account, region, service, row.key()), row.name(), row.state(), row, 1, List.of())));
        if (rows.size() > MOST_LEAVES) {
            leaves.add(new EstateNode(Kind.MORE, scope, (rows.size() - MOST_LEAVES) + " more in the table", null, null, 0, List.of()));
        }
        return new EstateNode(Kind.SERVICE, scope, TypeNames.service(service), null, null, rows.size(), leaves);
    }

    private interface Group {
        EstateNode node(String key, List<ResourceRow> rows);
    }

    private static List<EstateNode> grouped(List<ResourceRow> rows, Function<ResourceRow, String> by, Group group) {
        var groups = new TreeMap<String, List<ResourceRow>>();
        rows.forEach(row -> groups.computeIfAbsent(by.apply(row), key -> new ArrayList<>()).add(row));
        var nodes = new ArrayList<EstateNode>();
        groups.forEach((key, some) -> nodes.add(group.node(key, some)));
        return nodes;
    }

    Kind kind() {
        return kind;
    }

    Scope scope() {
        return scope;
    }

    /** As AWS says it: not yet safe to show. */
    String label() {
        return label;
    }

    /** The account's ID, the resource's state; null for none. */
    String qualifier() {
        return qualifier;
    }

    /** The resource of a {@link Kind#RESOURCE}, else null. */
    ResourceRow row() {
        return row;
    }

    /** Resources below. */
    int count() {
        return count;
    }

    List<EstateNode> children() {
        return children;
    }

    /** Null for the root. */
    EstateNode parent() {
        return parent;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EstateNode node && kind == node.kind && scope.equals(node.scope);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + scope.hashCode();
    }
}
