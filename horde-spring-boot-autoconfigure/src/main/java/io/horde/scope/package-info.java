/**
 * The Spring scope that makes a child a bean.
 * <p>
 * An application context needs three beans, all {@code defaultCandidate = false}: <pre>
 * &#64;Bean static ProcessScope hordeProcessScope()            // also when horde.enabled=false, see there
 * &#64;Bean static ProcessEventListenerFactory hordeProcessEventListenerFactory(ProcessScope scope)
 * &#64;Bean ScopeProcessFactory hordeProcessFactory(ProcessScope scope, PayloadCodec codec, …)
 * </pre> and a {@link io.horde.scope.HordeProcessExecutor}, closed after the node has
 * stopped. Definitions of processes are checked when the bean factory is post-processed;
 * mistakes are {@link io.horde.scope.ProcessDefinitionException}s.
 */
@Internal
@NullMarked
package io.horde.scope;

import io.horde.Internal;
import org.jspecify.annotations.NullMarked;
