package cloudops.scanner.internal;

import java.time.Instant;
import java.util.function.Consumer;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsCaller.Transport;
import cloudops.aws.AwsException;
import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/**
 * Asks AWS with the credentials of one account.
 *
 * @param incompletes hears what could not be read
 * @param cut hears that a call was interrupted, whatever the scanner makes of that
 */
record CallContext(Account account, String region, Instant startedAt, AwsCaller aws, Transport transport,
        Consumer<ScanException> incompletes, Runnable cut) implements ScanContext {

    /** The same for one resource. */
    CallContext hearing(Consumer<ScanException> ofResource) {
        return new CallContext(account, region, startedAt, aws, transport, incompletes.andThen(ofResource), cut);
    }

    @Override
    public String accountId() {
        return account.id();
    }

    @Override
    public String accountName() {
        return account.profile();
    }

    @Override
    public String partition() {
        return account.partition();
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params) throws ScanException, InterruptedException {
        return call(service, operation, params, region);
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params, String where) throws ScanException, InterruptedException {
        return asked(() -> aws.call(new AwsCall(service, operation, params, account.profile(), where), transport));
    }

    @Override
    public void pages(String service, String operation, JsonNode params, Consumer<JsonNode> each) throws ScanException, InterruptedException {
        asked(() -> {
            aws.pages(new AwsCall(service, operation, params, account.profile(), region), transport, each);
            return null;
        });
    }

    private interface Question<T> {
        T ask() throws AwsException, InterruptedException;
    }

    private <T> T asked(Question<T> question) throws ScanException, InterruptedException {
        try {
            return question.ask();
        } catch (AwsException e) {
            throw AwsErrors.toScan(e);
        } catch (InterruptedException e) {
            cut.run();
            throw e;
        }
    }

    @Override
    public void incomplete(ScanException problem) {
        incompletes.accept(problem);
    }
}
