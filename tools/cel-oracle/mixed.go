package main

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"
)

// arithmetic are the operators whose operands may be int and double in the operator's rules: the int becomes a double.
var arithmetic = map[string]func(left, right ref.Val) ref.Val{
	operators.Add:      func(left, right ref.Val) ref.Val { return left.(traits.Adder).Add(right) },
	operators.Subtract: func(left, right ref.Val) ref.Val { return left.(traits.Subtractor).Subtract(right) },
	operators.Multiply: func(left, right ref.Val) ref.Val { return left.(traits.Multiplier).Multiply(right) },
	operators.Divide:   func(left, right ref.Val) ref.Val { return left.(traits.Divider).Divide(right) },
}

// mixedOverloads tells the checker of them.
func mixedOverloads() []cel.EnvOption {
	var options []cel.EnvOption
	for name := range arithmetic {
		options = append(options, cel.Function(name,
			cel.Overload(name+"_int64_double", []*cel.Type{cel.IntType, cel.DoubleType}, cel.DoubleType),
			cel.Overload(name+"_double_int64", []*cel.Type{cel.DoubleType, cel.IntType}, cel.DoubleType),
		))
	}
	return options
}

// mixedArithmetic computes them. The standard library's own binding cannot be replaced, so the calls are.
func mixedArithmetic() []cel.ProgramOption {
	return []cel.ProgramOption{cel.CustomDecoratorV2(func(node interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		call, isCall := node.(interpreter.InterpretableCall)
		if !isCall {
			return node, nil
		}
		compute, isArithmetic := arithmetic[call.Function()]
		if !isArithmetic || len(call.Args()) != 2 {
			return node, nil
		}
		return interpreter.NewCall(call.ID(), call.Function(), call.OverloadID(), call.Args(), func(args ...ref.Val) ref.Val {
			left, right := args[0], args[1]
			if int, isInt := left.(types.Int); isInt && right.Type() == types.DoubleType {
				left = types.Double(int)
			}
			if int, isInt := right.(types.Int); isInt && left.Type() == types.DoubleType {
				right = types.Double(int)
			}
			return guarded(compute, left, right)
		}), nil
	})}
}

// guarded turns what has no such operator into the error that it is.
func guarded(compute func(left, right ref.Val) ref.Val, left, right ref.Val) (result ref.Val) {
	defer func() {
		if recover() != nil {
			result = types.NewErr("no such overload")
		}
	}()
	return compute(left, right)
}
