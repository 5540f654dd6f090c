package cloudops.scanner.internal;

import java.time.Duration;
import java.util.List;

import cloudops.aws.AwsException;

/** A queue of messages that are there until they are deleted, and come again when they are not. */
interface EventQueue {

    /**
     * @param handle to delete it with
     * @param body whatever somebody sent
     * @param receives how many times it came, this one counted
     */
    record Message(String handle, String body, int receives) {
    }

    /** Waits for messages; none when none came in time. */
    List<Message> receive(Duration atMost) throws AwsException, InterruptedException;

    void delete(List<Message> messages) throws AwsException, InterruptedException;
}
