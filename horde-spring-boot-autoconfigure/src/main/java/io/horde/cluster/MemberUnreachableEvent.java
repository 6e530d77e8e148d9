package io.horde.cluster;

/**
 * There is evidence against a member that is not yet confirmed. Its processes stay where
 * they are.
 *
 * @param member the member after the change
 */
public record MemberUnreachableEvent(Member member) implements MemberEvent {

}
