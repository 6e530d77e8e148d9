package io.horde.cluster;

/**
 * A member that was unreachable or down is heard again, in the same incarnation.
 *
 * @param member the member after the change
 */
public record MemberBackEvent(Member member) implements MemberEvent {

}
