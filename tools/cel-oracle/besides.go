package main

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"
	kubernetes "k8s.io/apiserver/pkg/cel"
)

type operation = func(left, right ref.Val) ref.Val

// arithmetic are the operators whose operands may be int and double in the operator's rules: the int becomes a double.
var arithmetic = map[string]operation{
	operators.Add:      func(left, right ref.Val) ref.Val { return left.(traits.Adder).Add(right) },
	operators.Subtract: func(left, right ref.Val) ref.Val { return left.(traits.Subtractor).Subtract(right) },
	operators.Multiply: func(left, right ref.Val) ref.Val { return left.(traits.Multiplier).Multiply(right) },
	operators.Divide:   func(left, right ref.Val) ref.Val { return left.(traits.Divider).Divide(right) },
}

var equality = map[string]operation{
	operators.Equals:    types.Equal,
	operators.NotEquals: notEqual,
}

func notEqual(left, right ref.Val) ref.Val {
	equal := types.Equal(left, right)
	if known, isBool := equal.(types.Bool); isBool {
		return !known
	}
	return equal
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

// mixedArithmetic computes them.
func mixedArithmetic() cel.ProgramOption {
	return operands(arithmetic, func(left, right ref.Val) (ref.Val, ref.Val) {
		if int, isInt := left.(types.Int); isInt && right.Type() == types.DoubleType {
			left = types.Double(int)
		}
		if int, isInt := right.(types.Int); isInt && left.Type() == types.DoubleType {
			right = types.Double(int)
		}
		return left, right
	})
}

// computedQuantities lets == look at what add and sub give, which Kubernetes compares with nothing: they give pointers.
func computedQuantities() cel.ProgramOption {
	value := func(operand ref.Val) ref.Val {
		if pointer, isPointer := operand.(*kubernetes.Quantity); isPointer {
			return kubernetes.Quantity{Quantity: pointer.Quantity}
		}
		return operand
	}
	return operands(equality, func(left, right ref.Val) (ref.Val, ref.Val) { return value(left), value(right) })
}

// operands changes what operators get: the standard library's own bindings cannot be replaced.
func operands(of map[string]operation, change func(left, right ref.Val) (ref.Val, ref.Val)) cel.ProgramOption {
	return cel.CustomDecoratorV2(func(node interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		call, isCall := node.(interpreter.InterpretableCall)
		if !isCall || of[call.Function()] == nil || len(call.Args()) != 2 {
			return node, nil
		}
		compute := guarded(of[call.Function()])
		return interpreter.NewCall(call.ID(), call.Function(), call.OverloadID(), call.Args(), func(args ...ref.Val) ref.Val {
			return compute(change(args[0], args[1]))
		}), nil
	})
}

// guarded turns what has no such operator into the error that it is.
func guarded(compute operation) operation {
	return func(left, right ref.Val) (result ref.Val) {
		defer func() {
			if recover() != nil {
				result = types.NewErr("no such overload")
			}
		}()
		return compute(left, right)
	}
}
