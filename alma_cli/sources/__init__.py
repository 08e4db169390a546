"""What other programs wrote down, read as values: nothing here touches a store."""
