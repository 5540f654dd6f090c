package cloudops.execution.internal.approval;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All records that differ from a given one in a single component, and that of the records and lists in it, found by reflection: a component
 * that is added later is changed, too, and one of a type that is not known here is an error.
 */
final class FieldChanges {

    private final Set<String> exempt;

    /** @param exempt components that are left alone: {@code ExecutionRequest.id} */
    FieldChanges(Set<String> exempt) {
        this.exempt = exempt;
    }

    /** @param field what was changed: {@code ExecutionRequest.command.AwsCli.args} */
    record Change<T>(String field, T record) {
    }

    /** @param record with a value in every component */
    <T extends Record> List<Change<T>> of(T record) {
        var changes = new ArrayList<Change<T>>();
        var components = record.getClass().getRecordComponents();
        var values = Arrays.stream(components).map(component -> value(record, component)).toArray();
        for (int i = 0; i < components.length; i++) {
            var name = record.getClass().getSimpleName() + '.' + components[i].getName();
            if (!exempt.contains(name)) {
                for (var other : others(name, components[i], values[i])) {
                    var changed = values.clone();
                    changed[i] = other.record();
                    create(record, components, changed).ifPresent(copy -> changes.add(new Change<>(other.field(), copy)));
                }
            }
        }
        return changes;
    }

    /** Other values of a component's type. */
    private List<Change<Object>> others(String name, RecordComponent component, Object value) {
        var others = new ArrayList<Change<Object>>();
        switch (value) {
            case null -> throw new IllegalArgumentException(name + " has no value in the example: give it one");
            case String text -> {
                add(others, name, text + 'x');
                add(others, name, text.substring(1));
            }
            case Boolean flag -> add(others, name, !flag);
            case Integer number -> add(others, name, number + 1);
            case Duration duration -> add(others, name, duration.plusMillis(1));
            case Path path -> add(others, name, path.resolveSibling(path.getFileName() + "2"));
            case Enum<?> constant -> Arrays.stream(component.getType().getEnumConstants()).filter(other -> other != constant)
                    .forEach(other -> add(others, name, other));
            case Map<?, ?> map -> {
                add(others, name + " (one more)", with(map, "another", "1"));
                add(others, name + " (other value)", with(map, map.keySet().iterator().next(), "other"));
                add(others, name + " (none)", Map.of());
            }
            case List<?> list when list.getFirst() instanceof Record -> {
                for (int i = 0; i < list.size(); i++) {
                    int index = i;
                    of((Record) list.get(i)).forEach(change -> add(others, name + '.' + change.field(), with(list, index, change.record())));
                }
                add(others, name + " (order)", list.reversed());
                add(others, name + " (one less)", list.subList(0, list.size() - 1));
            }
            case List<?> list -> {
                add(others, name + " (last)", with(list, list.size() - 1, list.getLast() + "x"));
                add(others, name + " (order)", list.reversed());
                add(others, name + " (one less)", list.subList(0, list.size() - 1));
                add(others, name + " (split)", split(list));
            }
            case Record record -> of(record).forEach(change -> add(others, name + '.' + change.field(), change.record()));
            default -> throw new IllegalArgumentException(name + " is of a type that this test cannot change: teach it " + component.getType());
        }
        if (!component.getType().isPrimitive()) {
            add(others, name + " (null)", null);
        }
        return others;
    }

    private static void add(List<Change<Object>> others, String field, Object value) {
        others.add(new Change<>(field, value));
    }

    private static Map<Object, Object> with(Map<?, ?> map, Object key, Object value) {
        var copy = new HashMap<Object, Object>(map);
        copy.put(key, value);
        return copy;
    }

    private static List<Object> with(List<?> list, int index, Object value) {
        var copy = new ArrayList<Object>(list);
        copy.set(index, value);
        return copy;
    }

    /** The same characters in other arguments. */
    private static List<Object> split(List<?> list) {
        var copy = new ArrayList<Object>(list);
        var last = (String) copy.removeLast();
        copy.add(last.substring(0, 1));
        copy.add(last.substring(1));
        return copy;
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty when the record does not accept the value, such as null. */
    @SuppressWarnings("unchecked")
    private static <T extends Record> Optional<T> create(T like, RecordComponent[] components, Object[] values) {
        try {
            var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
            var copy = (T) like.getClass().getDeclaredConstructor(types).newInstance(values);
            return copy.equals(like) ? Optional.empty() : Optional.of(copy);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof NullPointerException) {
                return Optional.empty();
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
