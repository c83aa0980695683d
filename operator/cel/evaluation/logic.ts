import type { Node } from '../syntax.ts';
import { compileIn, notBoolean, type Program, type Scope } from './program.ts';

/** `&&` and `||`: if one side decides alone, the other one does not matter, even if it is an error. */
export function compileLogic(node: Node, scope: Scope): Program {
  const [leftNode, rightNode] = node.args as [Node, Node];
  const left = compileIn(scope, leftNode);
  const right = compileIn(scope, rightNode);
  const decisive = node.op === '||';
  return (frame) => {
    frame.meter.spend(1);
    const first = left(frame);
    if (first === decisive) return decisive;
    const second = right(frame);
    if (second === decisive) return decisive;
    if (first !== !decisive) return notBoolean(leftNode, first);
    return second === !decisive ? second : notBoolean(rightNode, second);
  };
}

export function compileNot(node: Node, scope: Scope): Program {
  const operandNode = node.args as Node;
  const operand = compileIn(scope, operandNode);
  return (frame) => {
    frame.meter.spend(1);
    const value = operand(frame);
    return typeof value === 'boolean' ? !value : notBoolean(operandNode, value);
  };
}

/** `a ? b : c`: only what is chosen is evaluated. */
export function compileChoice(node: Node, scope: Scope): Program {
  const [conditionNode, ...branches] = node.args as [Node, Node, Node];
  const condition = compileIn(scope, conditionNode);
  const [yes, no] = branches.map((branch) => compileIn(scope, branch)) as [Program, Program];
  return (frame) => {
    frame.meter.spend(1);
    const holds = condition(frame);
    if (holds === true) return yes(frame);
    return holds === false ? no(frame) : notBoolean(conditionNode, holds);
  };
}
