package main

import (
	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
)

// withUnlikeItems gives the tree of a parsed expression as if each item of a list or map literal were written dyn(…), so
// that they need not be of one type.
func withUnlikeItems(parsed *cel.Ast) *cel.Ast {
	tree := parsed.NativeRep()
	factory := ast.NewExprFactory()
	id := ast.MaxID(tree)
	asDyn := func(item ast.Expr) ast.Expr {
		id++
		return factory.NewCall(id, "dyn", item)
	}
	ast.PostOrderVisit(tree.Expr(), ast.NewExprVisitor(func(node ast.Expr) {
		switch node.Kind() {
		case ast.ListKind:
			node.SetKindCase(dynList(factory, node, asDyn))
		case ast.MapKind:
			node.SetKindCase(dynMap(factory, node, asDyn))
		}
	}))
	return parsed
}

func dynList(factory ast.ExprFactory, node ast.Expr, asDyn func(ast.Expr) ast.Expr) ast.Expr {
	items := make([]ast.Expr, 0, node.AsList().Size())
	for _, item := range node.AsList().Elements() {
		items = append(items, asDyn(item))
	}
	return factory.NewList(node.ID(), items, node.AsList().OptionalIndices())
}

func dynMap(factory ast.ExprFactory, node ast.Expr, asDyn func(ast.Expr) ast.Expr) ast.Expr {
	entries := make([]ast.EntryExpr, 0, node.AsMap().Size())
	for _, each := range node.AsMap().Entries() {
		entry := each.AsMapEntry()
		entries = append(entries, factory.NewMapEntry(each.ID(), asDyn(entry.Key()), asDyn(entry.Value()), entry.IsOptional()))
	}
	return factory.NewMap(node.ID(), entries)
}
