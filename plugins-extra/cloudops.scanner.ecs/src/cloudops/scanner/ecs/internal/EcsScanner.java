package cloudops.scanner.ecs.internal;

import java.util.List;
import java.util.stream.IntStream;

import org.osgi.service.component.annotations.Component;

import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScannerOfTypes;

/** ECS: clusters and services. Task definitions may hold secrets and are not read. */
@Component(service = ServiceScanner.class)
public final class EcsScanner extends ServiceScannerOfTypes {

    public EcsScanner() {
        super("ecs", new Clusters(), new Services());
    }

    /** The elements of {@code all}, in lists of at most {@code size}: as many as one call takes. */
    static List<List<String>> batches(List<String> all, int size) {
        return IntStream.iterate(0, start -> start < all.size(), start -> start + size)
                .mapToObj(start -> all.subList(start, Math.min(start + size, all.size()))).toList();
    }

    /** Adds a list of texts to a request. */
    static ObjectNode with(ObjectNode request, String member, List<String> texts) {
        texts.forEach(request.putArray(member)::add);
        return request;
    }

    /** The last part of an ARN. */
    static String name(String arn) {
        return arn.substring(arn.lastIndexOf('/') + 1);
    }
}
