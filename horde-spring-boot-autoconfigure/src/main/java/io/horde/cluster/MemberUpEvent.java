package io.horde.cluster;

/**
 * A member takes part: it has joined, and processes can run on it.
 *
 * @param member the member after the change
 */
public record MemberUpEvent(Member member) implements MemberEvent {

}
